"""Outreach: who gets what by which path, and what came of it. Knows neither the platform nor any capability."""

"""Measurements with a floor taken in the same run: figures are ratios, since machines differ."""

"""A stand-in for the WeChat platform: its server API, its pushes, and phones to play the residents with."""

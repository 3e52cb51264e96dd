"""The schema's history, written by `python -m tortoise makemigrations` and read by eye."""

"""Emoji packs, for the web application and the commands. Knows neither."""

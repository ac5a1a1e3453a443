"""Tools that drive the page in a browser: screenshots, icons, memory over time."""

"""A simulation of servers and viewers in events: the real scheduler, slots, credits and rates, on made-up cores.

Only time is made up. Who is served next, which frame is dropped and how fast a page sends is decided by the server's
own `Scheduler` and `LatestFrame` and by the bench's mirror of the page (`Flow`, `Pace`), so that none of it can differ.
"""

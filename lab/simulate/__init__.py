"""A discrete-event simulation of servers and their users, on simulated cores.

Only time and cores are simulated. The server's own `Scheduler` and `LatestFrame` decide which frame is served next or
dropped, and the benchmark's mirror of the page (`Flow`, `Pace`) decides when a page sends.
"""

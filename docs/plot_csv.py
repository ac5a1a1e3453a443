"""Draws the scores of each face in a video over time: python docs/plot_csv.py out.csv out.png.

Make the CSV first with `python -m server video clip.mp4 --csv out.csv`. Needs matplotlib (requirements.txt).
"""

import csv
import sys
from collections import defaultdict

import matplotlib.pyplot as plt

source, target = sys.argv[1:]
with open(source, newline="", encoding="utf-8") as file:
    reader = csv.DictReader(file)
    labels = list(reader.fieldnames or [])[9:]  # after time_s, frame, track, x, y, width, height, label, confidence
    tracks = defaultdict(list)
    for row in reader:
        tracks[row["track"]].append(row)

figure, charts = plt.subplots(max(1, len(tracks)), figsize=(12, 3 * max(1, len(tracks))), squeeze=False)
for chart, (track, rows) in zip(charts.flat, tracks.items(), strict=False):
    times = [float(row["time_s"]) for row in rows]
    chart.stackplot(times, *([float(row[label]) for row in rows] for label in labels), labels=labels)
    chart.set(title=f"Face {track}", xlabel="seconds", ylabel="scores", ylim=(0, 1))
    chart.legend(loc="upper left", bbox_to_anchor=(1, 1))
figure.savefig(target, bbox_inches="tight")

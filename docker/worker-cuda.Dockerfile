# Trainer and generation workers on an NVIDIA GPU. Built by `docker/build cuda`. libtorch is that of
# the image below, which must be PyTorch 2.7.1 for CUDA 12.8; the host needs the NVIDIA container
# toolkit and a driver for CUDA 12.8 (570 or newer).
ARG BASE=pytorch/pytorch:2.7.1-cuda12.8-cudnn9-runtime

# The sandbox needs bubblewrap 0.8; that of Ubuntu 22.04, on which PyTorch's images stand, is older.
FROM debian:bookworm-slim AS sandbox
RUN apt-get update && apt-get install -y --no-install-recommends bubblewrap

FROM ${BASE}

COPY --from=sandbox /usr/bin/bwrap /usr/bin/bwrap

RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      openjdk-17-jre-headless libcap2 libselinux1 python3 util-linux \
 && rm -rf /var/lib/apt/lists/* \
 && bwrap --help | grep --quiet disable-userns \
 && groupadd --gid 10001 alluvium \
 && useradd --uid 10001 --gid alluvium --no-create-home --home-dir /tmp --shell /usr/sbin/nologin alluvium \
 && install -d -o alluvium -g alluvium /var/lib/alluvium/store

COPY lib /opt/alluvium/lib
COPY alluvium health /opt/alluvium/

# DJL's own part of the binding is unpacked at the start: 20 MB under /tmp.
ARG LIBTORCH=/opt/conda/lib/python3.11/site-packages/torch/lib
ENV HOME=/tmp \
    DJL_CACHE_DIR=/tmp/native \
    DJL_OFFLINE=true \
    OPT_OUT_TRACKING=true \
    PYTORCH_LIBRARY_PATH=${LIBTORCH} \
    PYTORCH_VERSION=2.7.1 \
    PYTORCH_FLAVOR=cu128 \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility \
    ALLUVIUM_TRAIN_DEVICE=cuda \
    ALLUVIUM_TRAIN_DTYPE=bfloat16 \
    ALLUVIUM_GENERATE_DEVICE=cuda \
    ALLUVIUM_GENERATE_DTYPE=bfloat16 \
    ALLUVIUM_TRAIN_STORE=/var/lib/alluvium/store \
    ALLUVIUM_HTTP_PORT=7801
WORKDIR /tmp
USER 10001:10001
EXPOSE 7801
HEALTHCHECK --interval=10s --timeout=6s --start-period=10m --retries=3 CMD ["/opt/alluvium/health", "7801"]
ENTRYPOINT ["/opt/alluvium/alluvium"]
CMD ["train"]

COPY app /opt/alluvium/app

# Stream processors, dashboard and every command that opens no model. Built by docker/build.
FROM eclipse-temurin:17-jre AS libraries

RUN groupadd --gid 10001 alluvium \
 && useradd --uid 10001 --gid alluvium --no-create-home --home-dir /tmp --shell /usr/sbin/nologin alluvium \
 && install -d -o alluvium -g alluvium /var/lib/alluvium/streams

COPY lib /opt/alluvium/lib
COPY lib-streams /opt/alluvium/lib
COPY alluvium health /opt/alluvium/

# Our jars, and the classes of a short run ready to use: everything starts sooner.
FROM libraries AS code
COPY app /opt/alluvium/app
RUN /opt/alluvium/alluvium archive-classes

FROM libraries
ENV HOME=/tmp \
    ALLUVIUM_STREAMS_STATEDIR=/var/lib/alluvium/streams \
    ALLUVIUM_TRAIN_STORE=/var/lib/alluvium/store
WORKDIR /tmp
USER 10001:10001
EXPOSE 7800
HEALTHCHECK --interval=10s --timeout=6s --start-period=2m --retries=3 CMD ["/opt/alluvium/health", "7800"]
ENTRYPOINT ["/opt/alluvium/alluvium"]
CMD ["streams"]

COPY --from=code /opt/alluvium/app /opt/alluvium/app

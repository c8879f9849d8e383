# The image for clusters and for `docker run`; `make image` builds it after `make build`, which runs on this machine.
# Without a daemon or a registry: `make image-archive`.

# A runtime of the modules that Penstock needs, and an AOT cache that this runtime made.
FROM docker.io/library/eclipse-temurin:25-jdk AS runtime
WORKDIR /src
COPY src/main/launcher src/main/launcher
COPY scripts/aot-train.sh scripts/aot-train.yaml scripts/
COPY scripts/image/runtime.sh scripts/image/
COPY target/dist target/dist
RUN scripts/image/runtime.sh /image && mkdir -p /image/state

# The launcher is a script, so the base needs a shell.
FROM docker.io/library/debian:trixie-slim
LABEL org.opencontainers.image.title=penstock org.opencontainers.image.licenses=Apache-2.0
COPY --from=runtime /image/opt /opt
COPY --from=runtime --chown=65532:65532 /image/state /var/lib/penstock
COPY LICENSE /licenses/LICENSE
ENV PATH=/opt/penstock/bin:/opt/java/bin:/usr/bin:/bin JAVA_HOME=/opt/java XDG_STATE_HOME=/var/lib
USER 65532:65532
WORKDIR /var/lib/penstock
EXPOSE 8081 8443 9901
ENTRYPOINT ["/opt/penstock/bin/penstock"]

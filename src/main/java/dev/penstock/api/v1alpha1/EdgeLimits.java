package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** What a client may grow; beyond it, requests or connections are refused. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EdgeLimits(
    @Pattern(Patterns.SIZE)
        @Size(max = 20)
        @Default(Defaults.MAX_HEADER_BYTES)
        @JsonPropertyDescription(
            "All header fields of a request together, 1Ki to 1Mi; default 32Ki. 431 beyond (nginx: large_client_header_buffers).")
        @Nullable String maxHeaderBytes,
    @Min(8)
        @Max(1000)
        @Default(Defaults.MAX_HEADERS)
        @JsonPropertyDescription(
            "Number of header fields of a request, 8 to 1000; default 100. 431 beyond.")
        @Nullable Integer maxHeaders,
    @Pattern(Patterns.SIZE)
        @Size(max = 20)
        @Default(Defaults.MAX_REQUEST_LINE_BYTES)
        @JsonPropertyDescription(
            "The request line, 256 to 64Ki bytes; default 8Ki. 414 beyond (nginx: large_client_header_buffers).")
        @Nullable String maxRequestLineBytes,
    @Pattern(Patterns.DURATION)
        @Size(max = 24)
        @Default(Defaults.HEADER_TIMEOUT)
        @JsonPropertyDescription(
            "From the first byte of a request to the end of its headers, as a duration; default 10s. 408 beyond (nginx: client_header_timeout).")
        @Nullable String headerTimeout,
    @Pattern(Patterns.DURATION)
        @Size(max = 24)
        @Default(Defaults.IDLE_TIMEOUT)
        @JsonPropertyDescription(
            "How long a client connection may be without a request, as a duration; default 60s (nginx: keepalive_timeout).")
        @Nullable String idleTimeout,
    @Min(1)
        @Max(10000)
        @Default(Defaults.MAX_STREAMS_PER_CONNECTION)
        @JsonPropertyDescription(
            "Concurrent HTTP/2 requests of one connection, 1 to 10000; default 100 (nginx: http2_max_concurrent_streams).")
        @Nullable Integer maxStreamsPerConnection,
    @Min(1)
        @Max(1000000)
        @Default(Defaults.MAX_CONNECTIONS)
        @JsonPropertyDescription(
            "Open client connections of one proxy, 1 to 1000000; default 10000 (nginx: worker_connections).")
        @Nullable Integer maxConnections,
    @Min(1)
        @Max(1000000)
        @Default(Defaults.MAX_CONNECTIONS_PER_CLIENT)
        @JsonPropertyDescription(
            "Open connections of one client, 1 to 1000000; default 256; trusted proxies are exempt (nginx: limit_conn).")
        @Nullable Integer maxConnectionsPerClient) {}

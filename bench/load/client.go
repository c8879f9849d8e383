package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"sort"
	"strconv"
)

// dial opens a connection to the host of u. The benchmark's certificate is self-signed, so it is not checked.
func dial(u *url.URL) (net.Conn, error) {
	conn, err := net.Dial("tcp", u.Host)
	if err != nil || u.Scheme != "https" {
		return conn, err
	}
	secured := tls.Client(conn, &tls.Config{
		InsecureSkipVerify: true, NextProtos: []string{"http/1.1"}, ServerName: "localhost"})
	if err := secured.Handshake(); err != nil {
		conn.Close()
		return nil, err
	}
	return secured, nil
}

// readResponse consumes one response with a Content-Length or chunked body; a status other than 2xx is an error.
// net/http would cost the load generator more than the proxies that it measures.
func readResponse(in *bufio.Reader) error {
	line, err := in.ReadSlice('\n')
	if err != nil {
		return err
	}
	if len(line) < 12 || line[9] != '2' {
		return fmt.Errorf("status line %q", line)
	}
	length, chunked := 0, false
	for {
		if line, err = in.ReadSlice('\n'); err != nil {
			return err
		}
		name, value, found := bytes.Cut(bytes.TrimRight(line, "\r\n"), []byte(":"))
		if !found {
			break
		}
		value = bytes.TrimSpace(value)
		switch {
		case bytes.EqualFold(name, []byte("content-length")):
			if length, err = strconv.Atoi(string(value)); err != nil {
				return err
			}
		case bytes.EqualFold(name, []byte("transfer-encoding")):
			chunked = bytes.EqualFold(value, []byte("chunked"))
		}
	}
	if chunked {
		return discardChunks(in)
	}
	_, err = in.Discard(length)
	return err
}

func discardChunks(in *bufio.Reader) error {
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return err
		}
		size, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 32)
		if err != nil {
			return err
		}
		if _, err := in.Discard(int(size) + 2); err != nil || size == 0 {
			return err
		}
	}
}

// report prints the values and the percentiles of the latencies (nanoseconds in, milliseconds out) as one JSON line.
func report(values map[string]any, latencies []int64) {
	sort.Slice(latencies, func(i, j int) bool { return latencies[i] < latencies[j] })
	values["requests"] = len(latencies)
	for name, q := range map[string]float64{
		"p50_ms": .5, "p90_ms": .9, "p99_ms": .99, "p999_ms": .999, "max_ms": 1} {
		if len(latencies) > 0 {
			i := int(q * float64(len(latencies)))
			if i == len(latencies) {
				i--
			}
			values[name] = float64(latencies[i]) / 1e6
		}
	}
	line, err := json.Marshal(values)
	exitOn(err)
	fmt.Println(string(line))
}

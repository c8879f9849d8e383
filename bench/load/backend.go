package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	streamAddress = "127.0.0.1:9002"
	sinkAddress   = "127.0.0.1:9003"

	// One token of a stream every tokenSlots milliseconds; the streams are spread evenly over the slots.
	tokenSlots = 50

	// A client that does not read for this long loses its stream: a stuck proxy must not delay the other streams.
	writeTimeout = 100 * time.Millisecond
)

// runBackend serves the token streams and the upload sink until it is killed.
func runBackend() {
	streams, err := net.Listen("tcp", streamAddress)
	exitOn(err)
	sink, err := net.Listen("tcp", sinkAddress)
	exitOn(err)
	go func() { exitOn(http.Serve(sink, http.HandlerFunc(swallow))) }()
	w := &wheel{}
	go w.turn()
	for {
		conn, err := streams.Accept()
		if err != nil {
			continue
		}
		go serveStream(conn, w)
	}
}

// swallow reads the whole body and answers with its length.
func swallow(w http.ResponseWriter, r *http.Request) {
	n, err := io.CopyBuffer(io.Discard, struct{ io.Reader }{r.Body}, make([]byte, 256<<10))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	fmt.Fprint(w, n)
}

// stream is one open response; it gets a token at each turn of the wheel whose number plus offset is a multiple of every.
type stream struct {
	conn   net.Conn
	every  int
	offset int
}

// wheel sends the tokens: slot s is served at millisecond s of each turn.
type wheel struct {
	mu    sync.Mutex
	slots [tokenSlots][]stream
	next  int
}

func (w *wheel) add(conn net.Conn, every int) (slot int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	slot = w.next % tokenSlots
	s := stream{conn, every, w.next / tokenSlots}
	w.next++
	// A new slice each time: turn() reads the old one without the lock.
	w.slots[slot] = append(append([]stream{}, w.slots[slot]...), s)
	return slot
}

func (w *wheel) remove(slot int, gone net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	left := make([]stream, 0, len(w.slots[slot]))
	for _, s := range w.slots[slot] {
		if s.conn != gone {
			left = append(left, s)
		}
	}
	w.slots[slot] = left
}

func (w *wheel) at(slot int) []stream {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.slots[slot]
}

func (w *wheel) empty() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.slots {
		if len(s) > 0 {
			return false
		}
	}
	return true
}

func (w *wheel) turn() {
	start := time.Now()
	for tick := 0; ; tick++ {
		if tick%tokenSlots == 0 && w.empty() {
			time.Sleep(20 * time.Millisecond)
			start, tick = time.Now(), -1
			continue
		}
		time.Sleep(time.Until(start.Add(time.Duration(tick) * time.Millisecond)))
		slot, turn := tick%tokenSlots, tick/tokenSlots
		for _, s := range w.at(slot) {
			if (turn+s.offset)%s.every == 0 && sendToken(s.conn) != nil {
				s.conn.Close() // ends serveStream, which removes it
			}
		}
	}
}

var padding = strings.Repeat("x", 110)

// sendToken writes one event as one chunk; t is the time of sending in nanoseconds since 1970.
func sendToken(c net.Conn) error {
	event := fmt.Sprintf("data: {\"t\":%d,\"choices\":[{\"delta\":{\"content\":\"tok\"}}],\"p\":\"%s\"}\n\n",
		time.Now().UnixNano(), padding)
	c.SetWriteDeadline(time.Now().Add(writeTimeout))
	_, err := fmt.Fprintf(c, "%x\r\n%s\r\n", len(event), event)
	return err
}

const streamHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n" +
	"Transfer-Encoding: chunked\r\n\r\n"

// serveStream answers any request with an endless stream; ?every=N sends only each N-th token.
func serveStream(c net.Conn, w *wheel) {
	defer c.Close()
	in := bufio.NewReaderSize(c, 4096)
	every, err := readRequest(in)
	if err != nil {
		return
	}
	if _, err := io.WriteString(c, streamHead); err != nil {
		return
	}
	slot := w.add(c, every)
	io.Copy(io.Discard, in) // returns when the client leaves
	w.remove(slot, c)
}

func readRequest(in *bufio.Reader) (every int, err error) {
	line, err := in.ReadString('\n')
	if err != nil {
		return 0, err
	}
	every = 1
	if parts := strings.Fields(line); len(parts) == 3 {
		if u, err := url.ParseRequestURI(parts[1]); err == nil {
			if n, err := strconv.Atoi(u.Query().Get("every")); err == nil && n > 0 {
				every = n
			}
		}
	}
	for line != "\r\n" {
		if line, err = in.ReadString('\n'); err != nil {
			return 0, err
		}
	}
	return every, nil
}

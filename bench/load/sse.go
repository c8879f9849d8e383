package main

import (
	"bytes"
	"flag"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

var tokenMark = []byte(`{"t":`)

const timeDigits = 19 // nanoseconds since 1970, until the year 2286

// streams is the state that the stream clients share.
type streams struct {
	url       *url.URL
	deadline  time.Time
	measuring atomic.Bool
	opened    atomic.Int64
	failed    atomic.Int64 // not opened, or ended while measuring
	mu        sync.Mutex
	conns     []net.Conn
	latencies []int64
}

// runStreams opens n token streams, prints OPEN, measures the age of each token on arrival for the duration, prints
// DONE (the streams are still open then, so that the caller can read the proxy's memory), and reports.
func runStreams(args []string) {
	flags := flag.NewFlagSet("sse", flag.ExitOnError)
	target := flags.String("url", "", "where to stream from")
	count := flags.Int("n", 500, "streams")
	duration := flags.Duration("d", 6*time.Second, "how long to measure")
	hold := flags.Duration("hold", 500*time.Millisecond, "how long the streams stay open after DONE")
	flags.Parse(args)
	u, err := url.Parse(*target)
	exitOn(err)

	s := &streams{url: u, deadline: time.Now().Add(*duration + *hold + 30*time.Second)}
	var done sync.WaitGroup
	opening := make(chan struct{}, 32)
	for i := 0; i < *count; i++ {
		done.Add(1)
		opening <- struct{}{}
		go func() {
			defer done.Done()
			s.read(opening)
		}()
	}
	for give := time.Now().Add(10 * time.Second); s.opened.Load()+s.failed.Load() < int64(*count) && time.Now().Before(give); {
		time.Sleep(20 * time.Millisecond)
	}
	time.Sleep(300 * time.Millisecond)
	fmt.Println("OPEN")
	s.measuring.Store(true)
	start := time.Now()
	time.Sleep(*duration)
	s.measuring.Store(false)
	elapsed := time.Since(start).Seconds()
	fmt.Println("DONE")
	time.Sleep(*hold)
	s.close()
	done.Wait()
	report(map[string]any{
		"opened": s.opened.Load(), "errors": s.failed.Load(), "rps": float64(len(s.latencies)) / elapsed}, s.latencies)
}

// read opens one stream and collects the latencies of its tokens until it ends; it frees its place among those that
// are opening as soon as the request is sent.
func (s *streams) read(opening <-chan struct{}) {
	conn, err := dial(s.url)
	if err == nil {
		conn.SetDeadline(s.deadline)
		_, err = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nAccept: text/event-stream\r\n\r\n",
			s.url.RequestURI(), s.url.Host)
	}
	<-opening
	if err != nil {
		s.failed.Add(1)
		return
	}
	s.mu.Lock()
	s.conns = append(s.conns, conn)
	s.mu.Unlock()

	var mine []int64
	buffer := make([]byte, 8192)
	kept := 0
	for first := true; ; first = false {
		n, err := conn.Read(buffer[kept:])
		now := time.Now().UnixNano()
		if first && err == nil && bytes.HasPrefix(buffer[:n], []byte("HTTP/1.1 200")) {
			s.opened.Add(1)
		} else if first || (err != nil && s.measuring.Load()) {
			s.failed.Add(1)
		}
		if err != nil {
			break
		}
		rest := buffer[:kept+n]
		for sent, ok := nextToken(&rest); ok; sent, ok = nextToken(&rest) {
			if s.measuring.Load() {
				mine = append(mine, now-sent)
			}
		}
		kept = copy(buffer, rest)
	}
	s.mu.Lock()
	s.latencies = append(s.latencies, mine...)
	s.mu.Unlock()
}

func (s *streams) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, conn := range s.conns {
		conn.Close()
	}
}

// nextToken finds the next token's time of sending and moves rest behind it. Without one, rest keeps only the tail that
// may be the beginning of a token whose other part has not arrived.
func nextToken(rest *[]byte) (sent int64, ok bool) {
	size := len(tokenMark) + timeDigits
	at := bytes.Index(*rest, tokenMark)
	if at < 0 || len(*rest) < at+size {
		if len(*rest) >= size {
			*rest = (*rest)[len(*rest)-size+1:]
		}
		return 0, false
	}
	sent, err := strconv.ParseInt(string((*rest)[at+len(tokenMark):at+size]), 10, 64)
	*rest = (*rest)[at+size:]
	return sent, err == nil
}

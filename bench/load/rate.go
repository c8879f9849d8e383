package main

import (
	"bufio"
	"flag"
	"net/url"
	"sync"
	"sync/atomic"
	"time"
)

// runRate sends GET requests at a constant rate and counts the latency from the moment at which a request should have
// been sent: a server that stalls is charged for the requests that queue behind the stall.
func runRate(args []string) {
	flags := flag.NewFlagSet("rate", flag.ExitOnError)
	target := flags.String("url", "", "where to send")
	conns := flags.Int("c", 64, "connections")
	rate := flags.Float64("rate", 1000, "requests a second over all connections")
	duration := flags.Duration("d", 5*time.Second, "how long")
	flags.Parse(args)
	u, err := url.Parse(*target)
	exitOn(err)

	request := []byte("GET " + u.RequestURI() + " HTTP/1.1\r\nHost: " + u.Host + "\r\nUser-Agent: load\r\nAccept: */*\r\n\r\n")
	gap := time.Duration(float64(*conns) / *rate * float64(time.Second))
	var errors atomic.Int64
	var connected, done sync.WaitGroup
	var start time.Time
	begin := make(chan struct{})
	latencies := make([][]int64, *conns)
	for i := 0; i < *conns; i++ {
		connected.Add(1)
		done.Add(1)
		go func(i int) {
			defer done.Done()
			conn, err := dial(u)
			connected.Done()
			<-begin
			if err != nil {
				errors.Add(1)
				return
			}
			defer conn.Close()
			conn.SetDeadline(start.Add(*duration + 4*time.Second))
			in := bufio.NewReaderSize(conn, 4096)
			first := start.Add(gap * time.Duration(i) / time.Duration(*conns))
			for due := first; due.Before(start.Add(*duration)); due = due.Add(gap) {
				time.Sleep(time.Until(due))
				_, err := conn.Write(request)
				if err == nil {
					err = readResponse(in)
				}
				if err != nil {
					errors.Add(1)
					return
				}
				latencies[i] = append(latencies[i], int64(time.Since(due)))
			}
		}(i)
	}
	connected.Wait()
	start = time.Now().Add(20 * time.Millisecond)
	close(begin)
	done.Wait()
	elapsed := time.Since(start).Seconds()

	var all []int64
	for _, some := range latencies {
		all = append(all, some...)
	}
	report(map[string]any{"rps": float64(len(all)) / elapsed, "errors": errors.Load()}, all)
}

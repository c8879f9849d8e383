// Command load holds the parts of the benchmark that wrk and h2load lack: the streaming backends, a client that sends
// at a constant rate, and a client that holds many token streams open. The two clients print one JSON object.
package main

import (
	"fmt"
	"os"
)

func main() {
	modes := map[string]func([]string){
		"backend": func([]string) { runBackend() },
		"rate":    runRate,
		"sse":     runStreams,
	}
	if len(os.Args) > 1 {
		if mode, known := modes[os.Args[1]]; known {
			mode(os.Args[2:])
			return
		}
	}
	fmt.Fprintln(os.Stderr, "usage: load backend | rate -url URL -rate N | sse -url URL -n N")
	os.Exit(2)
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

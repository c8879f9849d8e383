package main

import (
	"fmt"
	"testing"
)

func TestFindsEveryTokenHoweverTheBytesAreCut(t *testing.T) {
	var stream []byte
	for i := 0; i < 20; i++ {
		stream = append(stream, fmt.Sprintf("data: {\"t\":%d,\"p\":\"xxxx\"}\n\n", 1700000000000000000+i)...)
	}
	for cut := 1; cut <= len(stream); cut++ {
		buffer := make([]byte, 8192)
		kept, found := 0, int64(0)
		for at := 0; at < len(stream); at += cut {
			end := at + cut
			if end > len(stream) {
				end = len(stream)
			}
			n := copy(buffer[kept:], stream[at:end])
			rest := buffer[:kept+n]
			for sent, ok := nextToken(&rest); ok; sent, ok = nextToken(&rest) {
				if sent != 1700000000000000000+found {
					t.Fatalf("cut %d: token %d has time %d", cut, found, sent)
				}
				found++
			}
			kept = copy(buffer, rest)
		}
		if found != 20 {
			t.Fatalf("cut %d: %d tokens of 20", cut, found)
		}
	}
}

module penstock.dev/bench/load

go 1.19

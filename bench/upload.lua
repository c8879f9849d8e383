-- wrk script: each request posts a body of 10 MiB.
wrk.method = "POST"
wrk.body = string.rep("x", 10485760)
wrk.headers["Content-Type"] = "application/octet-stream"

package awstest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
)

// forward has an engine answer the call, whether the client still waits or not.
func (w *World) forward(c Call, engine *process) Answer {
	if engine == nil {
		return shapedError(c, codeUnknown, "this world has no engine for "+c.Service)
	}
	to := engine.url + c.Request.URL.RequestURI()
	req, err := http.NewRequestWithContext(w.ctx, c.Request.Method, to, bytes.NewReader(c.Body))
	if err != nil {
		return shapedError(c, codeInternal, err.Error())
	}
	req.Header = c.Request.Header.Clone()
	req.Host = c.Request.Host // moto builds queue URLs from it: they lead back to the front
	answer, err := roundTrip(w.client, req)
	if err != nil {
		if w.ctx.Err() == nil {
			w.opts.Failf("call %d, %s %s: %s does not answer: %v", c.N, c.Service, c.Operation, engine.name, err)
		}
		return shapedError(c, codeUnavailable, engine.name+" does not answer")
	}
	return answer
}

func roundTrip(client *http.Client, req *http.Request) (Answer, error) {
	resp, err := client.Do(req)
	if err != nil {
		return Answer{}, err
	}
	body, err := io.ReadAll(resp.Body)
	if cerr := resp.Body.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return Answer{}, fmt.Errorf("read the answer: %w", err)
	}
	for _, hop := range []string{"Connection", "Content-Length", "Date", "Keep-Alive", "Server", "Transfer-Encoding"} {
		resp.Header.Del(hop)
	}
	return Answer{Status: resp.StatusCode, Header: resp.Header, Body: body}, nil
}

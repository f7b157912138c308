package transport

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// answer sends a whole answer. A peer that does not read it is given up after writeTimeout for each writeChunk: the
// http.Server has no WriteTimeout, since polls are held, so that nothing else would.
func answer(w http.ResponseWriter, status int, contentType string, body []byte) {
	h := w.Header()
	if contentType != "" {
		h.Set("Content-Type", contentType)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Now().Add(writeTimeout))
	w.WriteHeader(status)
	for len(body) > 0 {
		n := min(len(body), writeChunk)
		if _, err := w.Write(body[:n]); err != nil {
			return // the deadline stays: nothing more leaves on this connection
		}
		if body = body[n:]; len(body) > 0 {
			_ = control.SetWriteDeadline(time.Now().Add(writeTimeout))
		}
	}
	if control.Flush() == nil {
		_ = control.SetWriteDeadline(time.Time{})
	}
}

// fail answers a request with an Engine.IO error: the body has no newline at its end, since clients compare it.
func fail(w http.ResponseWriter, code int, text string) {
	if text == "" {
		text = requestErrors[code]
	}
	body := appendJSONString(fmt.Appendf(nil, `{"code":%d,"message":`, code), []byte(text))
	status := http.StatusBadRequest
	if code == codeForbidden {
		status = http.StatusForbidden
	}
	answer(w, status, "application/json", append(body, '}'))
}

// refuse answers a request that the server cannot take now.
func refuse(w http.ResponseWriter, err error) {
	answer(w, http.StatusServiceUnavailable, "text/plain; charset=utf-8", []byte(err.Error()))
}

func writePayload(w http.ResponseWriter, b []byte) {
	w.Header().Set("Cache-Control", "no-store")
	answer(w, http.StatusOK, "text/plain; charset=UTF-8", b)
}

func writeOK(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	answer(w, http.StatusOK, "text/html", []byte("ok"))
}

package httpx

import (
	"io"
	"net/http"
)

// Recorder notes what was answered. http.ResponseController reaches what it wraps, so that flushing, deadlines and taking over
// the connection work through it.
type Recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// Record returns w as a Recorder, w itself where it is one already.
func Record(w http.ResponseWriter) *Recorder {
	if r, ok := w.(*Recorder); ok {
		return r
	}
	return &Recorder{ResponseWriter: w}
}

// Status returns the final status, 200 where the handler said none.
func (r *Recorder) Status() int {
	if r.status == 0 {
		return http.StatusOK
	}
	return r.status
}

// Bytes returns how many bytes of body were written.
func (r *Recorder) Bytes() int64 { return r.bytes }

// Started says whether the status has gone out, so that no other answer can be given.
func (r *Recorder) Started() bool { return r.status != 0 }

// WriteHeader sends the status. An informational one (but for 101, which is the end of HTTP) is not the answer yet.
func (r *Recorder) WriteHeader(status int) {
	if r.status == 0 && (status >= 200 || status == http.StatusSwitchingProtocols) {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *Recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(p)
	r.bytes += int64(n)
	return n, err
}

// ReadFrom keeps the kernel's own copying from file to socket.
func (r *Recorder) ReadFrom(source io.Reader) (int64, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := io.Copy(r.ResponseWriter, source)
	r.bytes += n
	return n, err
}

// Flush sends what is buffered, for code that asks for http.Flusher.
func (r *Recorder) Flush() {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	_ = http.NewResponseController(r.ResponseWriter).Flush()
}

// Unwrap is for http.ResponseController.
func (r *Recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// Package rig is what the measuring programs share: servers, databases and folders of their own on loopback that are gone
// afterwards, the arithmetic of samples, and the table that says which target was met. It measures nothing itself.
package rig

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Binary is the program under test: as `make build` leaves it, or another that KHADAMAT_BINARY names.
var Binary = cmp.Or(os.Getenv("KHADAMAT_BINARY"), "bin/khadamat")

// Place is where one server keeps its things: a folder of its own and, on PostgreSQL, a database of its own.
type Place struct {
	Folder      string
	DatabaseURL string // empty: SQLite in Folder
}

func (p Place) environment() []string {
	var kept []string
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "KHADAMAT_") {
			kept = append(kept, entry)
		}
	}
	return append(kept, "KHADAMAT_DATA="+p.Folder, "KHADAMAT_DATABASE_URL="+p.DatabaseURL)
}

// Run runs the binary to its end and returns what it printed.
func (p Place) Run(ctx context.Context, args ...string) (string, error) {
	command := exec.CommandContext(ctx, Binary, args...)
	command.Env = p.environment()
	out, err := command.CombinedOutput()
	if err != nil {
		return string(out), fmt.Errorf("%s %s: %w\n%s", Binary, strings.Join(args, " "), err, out)
	}
	return string(out), nil
}

// Server is one `khadamat serve` that can be started, killed and started again at the same address.
type Server struct {
	Place   Place
	Address string // host:port
	Admin   string
	Program []string // run in place of the binary, with the address as its last argument; nil: the binary

	command *exec.Cmd
	log     *os.File
	done    chan struct{} // closed once the process is gone
	failure error
}

// NewServer chooses free addresses on loopback. Nothing runs yet.
func NewServer(place Place) (*Server, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	admin, err := freeAddress()
	return &Server{Place: place, Address: address, Admin: admin}, err
}

func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer listener.Close()
	return listener.Addr().String(), nil
}

// URL is the address of a path.
func (s *Server) URL(path string) string { return "http://" + s.Address + path }

// LogFile is where the server's log goes.
func (s *Server) LogFile() string { return filepath.Join(s.Place.Folder, "server.log") }

// Start starts the process and returns at once; Answers waits for it.
func (s *Server) Start(args ...string) error {
	log, err := os.OpenFile(s.LogFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	program := append([]string{Binary, "serve", "--log-level=warn", "--addr=" + s.Address, "--admin-addr=" + s.Admin}, args...)
	if s.Program != nil {
		program = append(slices.Clone(s.Program), s.Address)
	}
	command := exec.Command(program[0], program[1:]...)
	command.Env, command.Stdout, command.Stderr = s.Place.environment(), log, log
	if err := command.Start(); err != nil {
		return errors.Join(fmt.Errorf("start %s (make build): %w", program[0], err), log.Close())
	}
	done := make(chan struct{})
	s.command, s.log, s.done = command, log, done
	go func() {
		s.failure = command.Wait()
		close(done)
	}()
	return nil
}

// PID is the process's.
func (s *Server) PID() int { return s.command.Process.Pid }

// Answers waits until a GET of path is answered with 200, and fails once patience is over or the process is gone.
func (s *Server) Answers(ctx context.Context, path string, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		if connection, err := net.DialTimeout("tcp", s.Address, time.Second); err == nil {
			connection.Close()
			if err := s.ok(ctx, path); err == nil {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("no answer from %s within %s; its log ends:\n%s", s.URL(path), patience, s.LogEnd())
		case <-s.done:
			return fmt.Errorf("the server is gone (%v); its log ends:\n%s", s.failure, s.LogEnd())
		case <-time.After(time.Millisecond):
		}
	}
}

func (s *Server) ok(ctx context.Context, path string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL(path), nil)
	if err != nil {
		return err
	}
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", response.StatusCode)
	}
	return err
}

// LogEnd is the last part of the server's log.
func (s *Server) LogEnd() string {
	text, err := os.ReadFile(s.LogFile())
	if err != nil {
		return err.Error()
	}
	const shown = 3000
	return string(text[max(0, len(text)-shown):])
}

// Kill ends the process as a power cut would, with SIGKILL, and waits until it is gone.
func (s *Server) Kill() {
	if s.command == nil {
		return
	}
	_ = s.command.Process.Kill() // it may be gone already
	<-s.done
	_ = s.log.Close()
	s.command = nil
}

// Stop asks the process to leave, with SIGTERM, and returns an error where it does not leave cleanly and in time.
func (s *Server) Stop() error {
	if s.command == nil {
		return nil
	}
	if err := s.command.Process.Signal(syscall.SIGTERM); err != nil {
		s.Kill()
		return err
	}
	select {
	case <-s.done:
		_ = s.log.Close()
		s.command = nil
		if s.failure != nil {
			return fmt.Errorf("after SIGTERM: %w; the log ends:\n%s", s.failure, s.LogEnd())
		}
		return nil
	case <-time.After(30 * time.Second):
		s.Kill()
		return errors.New("the server did not leave within 30 s of SIGTERM")
	}
}

// Command withserver runs a command beside a server of its own, filled with demo data, that is gone afterwards. The command finds
// its address in BASE_URL.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"khadamat/load/rig"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: withserver COMMAND [ARGUMENT…]")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:])
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() > 0 {
		os.Exit(exit.ExitCode())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "withserver:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, command []string) (err error) {
	place, err := rig.NewPlace(ctx, rig.SQLite)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, place.Remove()) }()
	if _, err := place.Run(ctx, "demo"); err != nil {
		return err
	}
	server, err := rig.NewServer(place)
	if err != nil {
		return err
	}
	if err := server.Start("--demo"); err != nil {
		return err
	}
	defer server.Kill()
	// Words are searched in an index that is built after the start; users of the measurement come later than that.
	if err := server.Answers(ctx, "/api/v1/suggestions?q=plombier", time.Minute); err != nil {
		return err
	}
	child := exec.CommandContext(ctx, command[0], command[1:]...)
	child.Env = append(os.Environ(), "BASE_URL="+server.URL(""), "ADMIN_URL=http://"+server.Admin)
	child.Stdin, child.Stdout, child.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := child.Run(); err != nil {
		return err
	}
	return server.Stop()
}

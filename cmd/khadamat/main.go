// Command khadamat is the marketplace and its tools in one binary.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// version is set when the binary is built.
var version = "unknown"

var commands struct {
	Serve   serve            `cmd:"" help:"Serve the marketplace."`
	Demo    fill             `cmd:"" help:"Fill an empty database with demo data."`
	Audit   auditing         `cmd:"" help:"Prove the audit log."`
	Ledger  bookkeeping      `cmd:"" help:"Prove and read the ledger."`
	Recon   reconciling      `cmd:"" help:"Reconcile sets of records that should agree."`
	Config  kong.ConfigFlag  `help:"JSON file with settings, by flag name." placeholder:"FILE"`
	Version kong.VersionFlag `help:"Print the version."`
}

// options say how the command line is read: flags first, then the environment, then a file of settings.
func options(ctx context.Context) []kong.Option {
	return []kong.Option{kong.Name("khadamat"), kong.Description("A services marketplace whose money always adds up."),
		kong.Vars{"version": version}, kong.BindTo(ctx, (*context.Context)(nil)), kong.UsageOnError(), kong.Configuration(kong.JSON, "khadamat.json")}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	parsed := kong.Parse(&commands, options(ctx)...)
	if err := parsed.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "khadamat:", err)
		stop()
		if errors.As(err, new(unusable)) {
			os.Exit(2)
		}
		os.Exit(1)
	}
}

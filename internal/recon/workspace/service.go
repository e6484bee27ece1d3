package workspace

import (
	"context"
	"log/slog"
	"net/http"

	"khadamat/internal/account"
	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/blob"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/job"
	"khadamat/internal/platform/live"
	"khadamat/internal/platform/outside"
	"khadamat/internal/recon/engine"
)

// Accounts know people.
type Accounts interface {
	Account(ctx context.Context, id string) (account.Account, error)
	Accounts(ctx context.Context, ids []string) (map[string]account.Account, error)
	ByEmail(ctx context.Context, email string) (account.Account, error)
}

// Hub tells those who watch that something happened.
type Hub interface {
	Publish(topic string, e live.Event) error
}

// Config is what the service stands on.
type Config struct {
	DB        *db.DB
	Clock     clock.Clock
	Blobs     blob.Store
	Hub       Hub
	Queue     *job.Queue
	Accounts  Accounts
	Chunks    blob.Store        // of uploads under way; a store of its own, since they are deleted
	Runner    engine.Runner     // nil: this process runs nothing
	Folder    string            // where runs work and results are opened, on this machine; may be lost
	Databases map[string]string // addresses of databases that sources may ask, by name
	Outside   outside.Options   // how hooks are reached
	Logger    *slog.Logger      // nil: none
}

// Service is everything that people do in the workspace. It is safe for concurrent use, and several may work on one database.
type Service struct {
	config  Config
	boards  boards
	ends    ends
	node    string // this process, among those that work on runs
	client  *http.Client
	log     *audit.Reader
	builtIn map[string]BuiltIn // by key
}

// New returns the service over a migrated database. It does no I/O.
func New(config Config) *Service {
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	return &Service{config: config, node: ids.New(), client: hookClient(config.Outside), log: audit.NewReader(config.DB)}
}

// Topic is what those watch on the hub who look at a project.
func Topic(projectID string) string { return "recon:" + projectID }

// MayEnter returns forbidden for accounts that have no business in the workspace.
func MayEnter(actor account.Actor) error {
	return actor.RequireRole(account.Finance, account.Reviewer)
}

package workspace

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"khadamat/internal/account"
	"khadamat/internal/money"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/platform/ids"
	"khadamat/internal/recon/record"
)

// BuiltIn is a project that the house keeps for itself: its sources are fed from the house's own records, and its rules come with the program. A
// run of it reads what is new first and then reconciles all anew. What is written off in it always waits for a second person.
type BuiltIn struct {
	Key         string // by which the house knows it
	Name        string
	Description string
	Sources     []FedSource // two to eight
	Rules       string      // YAML
	RunDailyAt  string      // "02:30" in Casablanca; empty: never
	ReasonCodes []string
	Settler     Settler // nil: nobody else has a say
}

// FedSource is a source of a built-in project.
type FedSource struct {
	Name string
	Feed FeedReader
}

// FeedReader gives the records of a source.
type FeedReader interface {
	// Read writes, as CSV with a header, what has come up since a mark: the end of an earlier reading, empty at the very beginning. It writes nothing
	// at all where nothing has. It returns the mark of its end.
	Read(ctx context.Context, mark string, w io.Writer) (next string, err error)
}

// Settler has a say in what people decide about the items of a built-in project.
type Settler interface {
	// Decide is told of a decision (all but Assign and Remark) with its items as they were before, in the transaction of the decision: an error
	// undoes it. On Approve, the Reason of an item is that of the write-off.
	Decide(ctx context.Context, tx *db.Tx, projectID string, decision Decision, items []Standing) error
}

// Register has the service keep a built-in project. It is called before the service is used.
func (s *Service) Register(b BuiltIn) {
	if s.builtIn == nil {
		s.builtIn = map[string]BuiltIn{}
	}
	s.builtIn[b.Key] = b
}

// BuiltIn makes a registered project where it is not there yet, or brings its members, settings and rules up to date, and returns its id. One of the
// members is written down as its maker; it returns conflict where there are none.
func (s *Service) BuiltIn(ctx context.Context, key string, members map[string]Role) (string, error) {
	b, known := s.builtIn[key]
	if !known {
		return "", errNotFound
	}
	var id string
	err := s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		if err := tx.Lock(ctx, "recon.built_in:"+key); err != nil {
			return err
		}
		p, err := projectBuiltIn(ctx, tx, key, tx.Dialect().ForUpdate())
		if errs.CodeOf(err) == errs.NotFound {
			p, err = s.build(ctx, tx, b, members)
		}
		if err != nil {
			return err
		}
		id = p.ID
		return s.keepUp(ctx, tx, b, p, members)
	})
	return id, err
}

// BuiltInID is the id of a built-in project; empty where it was not made yet.
func (s *Service) BuiltInID(ctx context.Context, key string) (string, error) {
	p, err := projectBuiltIn(ctx, s.config.DB, key, "")
	if errs.CodeOf(err) == errs.NotFound {
		return "", nil
	}
	return p.ID, err
}

// build makes a built-in project with its sources.
func (s *Service) build(ctx context.Context, tx *db.Tx, b BuiltIn, members map[string]Role) (project, error) {
	var maker string
	for id := range members {
		if maker == "" || id < maker {
			maker = id
		}
	}
	if maker == "" {
		return project{}, errs.New(errs.Conflict, "recon_workspace.built_in_nobody")
	}
	p := project{createdBy: maker, builtIn: b.Key, Project: Project{ID: ids.New(), Name: b.Name, Description: b.Description, Settings: b.settings(),
		LockedThrough: record.NoDay, CreatedAt: tx.Now, Version: 1}}
	p.nextRunAt = p.Settings.nextDaily(tx.Now)
	if err := insertProject(ctx, tx, p); err != nil {
		return p, err
	}
	for side, from := range b.Sources {
		if err := insertSource(ctx, tx, p.ID, Source{ID: ids.New(), Side: side, Name: from.Name, Kind: Feed}); err != nil {
			return p, err
		}
	}
	return p, s.record(ctx, tx, "", p.ID, "recon.project.created", map[string]any{"name": p.Name})
}

func (b *BuiltIn) settings() Settings {
	return Settings{WriteOffLimit: money.Of(0, money.MAD), RunDailyAt: b.RunDailyAt, ReasonCodes: b.ReasonCodes}
}

// keepUp brings a built-in project up to what the program says: its rules where they are others, and its members.
func (s *Service) keepUp(ctx context.Context, tx *db.Tx, b BuiltIn, p project, members map[string]Role) error {
	rulesets, err := rulesetsOf(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	if len(rulesets) == 0 || rulesets[0].YAML != b.Rules {
		if _, err := s.saveRuleset(ctx, tx, p.createdBy, p.ID, RulesetForm{YAML: b.Rules}); err != nil {
			return err
		}
	}
	if !slices.Equal(p.Settings.ReasonCodes, b.ReasonCodes) {
		p.Settings.ReasonCodes = b.ReasonCodes
		if err := updateProject(ctx, tx, p); err != nil {
			return err
		}
	}
	before, err := membersOf(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	for _, m := range before {
		role, stays := members[m.AccountID]
		switch {
		case !stays:
			err = deleteMember(ctx, tx, p.ID, m.AccountID)
		case role != m.Role:
			err = putMember(ctx, tx, p.ID, m.AccountID, role)
		}
		if err != nil {
			return err
		}
	}
	for id, role := range members {
		if slices.ContainsFunc(before, func(m Member) bool { return m.AccountID == id }) {
			continue
		}
		if err := putMember(ctx, tx, p.ID, id, role); err != nil {
			return err
		}
	}
	return nil
}

// feed reads what is new in the sources of a built-in project; of others it leaves all as it is.
func (s *Service) feed(ctx context.Context, accountID string, p project) error {
	b, known := s.builtIn[p.builtIn]
	if !known {
		return nil
	}
	sources, err := sourcesOf(ctx, s.config.DB, p.ID)
	if err != nil {
		return err
	}
	for _, from := range sources {
		if from.Kind != Feed || from.Side >= len(b.Sources) {
			continue
		}
		if err := s.loadFeed(ctx, accountID, p.ID, from, b.Sources[from.Side].Feed); err != nil {
			return fmt.Errorf("read the source %s: %w", from.Name, err)
		}
	}
	return nil
}

// loadFeed keeps what a feed has that is new as a version, with the mark of its end.
func (s *Service) loadFeed(ctx context.Context, accountID, projectID string, from Source, feed FeedReader) error {
	mark, err := markOf(ctx, s.config.DB, from.ID)
	if err != nil {
		return err
	}
	answer, write := io.Pipe()
	type end struct {
		mark string
		err  error
	}
	asked := make(chan end, 1)
	go func() {
		next, err := feed.Read(ctx, mark, write)
		write.CloseWithError(err) //nolint:errcheck // it always returns nil
		asked <- end{next, err}
	}()
	content := bufio.NewReader(answer)
	if _, err := content.Peek(1); errors.Is(err, io.EOF) {
		return (<-asked).err
	}
	kept, err := s.config.Blobs.Put(ctx, content, maxFileBytes)
	answer.Close() //nolint:errcheck // it always returns nil; who writes stops now
	read := <-asked
	if read.err != nil {
		return read.err
	}
	if err != nil {
		return err
	}
	name := strings.TrimSpace(from.Name + " " + s.config.Clock.Now().In(zone()).Format("2006-01-02 15.04.05") + ".csv")
	_, err = s.adoptMarked(ctx, accountID, projectID, from.ID, name, kept, i18n.French, read.mark)
	return err
}

// settlerOf is who has a say in a project's decisions; nil: nobody.
func (s *Service) settlerOf(p project) Settler { return s.builtIn[p.builtIn].Settler }

// Latest is the last run of a project, however it ended; nil where there was none. It is for the house itself.
func (s *Service) Latest(ctx context.Context, projectID string, language i18n.Language) (*Run, error) {
	runs, err := runsOf(ctx, s.config.DB, projectID, db.Cursor{}, 1)
	if err != nil || len(runs) == 0 {
		return nil, err
	}
	last := runs[0].shown(language)
	return &last, nil
}

// StartBuiltIn starts a run of a built-in project for somebody who may, or for nobody where the actor is none: then the house itself wants it.
func (s *Service) StartBuiltIn(ctx context.Context, actor account.Actor, projectID string) (Run, error) {
	if actor.SignedIn() {
		return s.Start(ctx, actor, projectID, RunForm{Ruleset: newestRuleset})
	}
	p, err := projectByID(ctx, s.config.DB, projectID, "")
	if err != nil {
		return Run{}, err
	}
	if err := s.feed(ctx, "", p); err != nil {
		return Run{}, err
	}
	var id string
	err = s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		p, err := projectByID(ctx, tx, projectID, tx.Dialect().ForUpdate())
		if err != nil {
			return err
		}
		id, err = s.start(ctx, tx, p, "", i18n.French, RunForm{Ruleset: newestRuleset})
		return err
	})
	if err != nil {
		return Run{}, err
	}
	r, err := runByID(ctx, s.config.DB, id)
	return r.Run, err
}

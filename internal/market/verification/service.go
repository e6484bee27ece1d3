package verification

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"

	"khadamat/internal/account"
	"khadamat/internal/market/catalog"
	"khadamat/internal/notify"
	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/blob"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/text"
)

// Catalog knows who is a provider, and shows who is verified.
type Catalog interface {
	ProviderOf(ctx context.Context, accountID string) (catalog.Provider, error)
	SetVerified(ctx context.Context, tx *db.Tx, providerID string, verified bool) error
}

// Notifier tells people what happened, as part of a transaction.
type Notifier interface {
	Tell(ctx context.Context, tx *db.Tx, notice notify.Notice) error
}

// Config is what the service stands on.
type Config struct {
	DB       *db.DB
	Clock    clock.Clock
	Blobs    blob.Store
	Catalog  Catalog
	Notifier Notifier
	Logger   *slog.Logger // nil: none
}

// Service keeps the documents and decides who may see them. It is safe for concurrent use.
type Service struct{ config Config }

// New returns the service. It does no I/O.
func New(config Config) *Service {
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	return &Service{config}
}

var operators = []account.Role{account.Moderator}

// Mine is the actor's own submission, empty where they have sent nothing. It returns not_found where the actor is no provider.
func (s *Service) Mine(ctx context.Context, actor account.Actor) (Submission, error) {
	own, err := s.own(ctx, actor)
	if err != nil {
		return Submission{}, err
	}
	found, err := find(ctx, s.config.DB, "provider_id = $1", own.ID)
	if errs.CodeOf(err) == errs.NotFound {
		return Submission{ProviderID: own.ID, AccountID: actor.ID, ProviderName: own.Name, Status: None}, nil
	}
	return found, err
}

func (s *Service) own(ctx context.Context, actor account.Actor) (catalog.Provider, error) {
	if err := actor.Require(); err != nil {
		return catalog.Provider{}, err
	}
	return s.config.Catalog.ProviderOf(ctx, actor.ID)
}

var nameRules = text.Rules{MaxRunes: 120}

// Upload keeps a document of a kind, in the place of one that was sent before. It returns invalid for a kind that there is not and for
// what is neither PDF nor JPEG nor PNG, too_large beyond MaxBytes, and conflict while the documents are being checked or after they were
// approved.
func (s *Service) Upload(ctx context.Context, actor account.Actor, kind Kind, name string, content io.ReadSeeker) (Document, error) {
	own, err := s.own(ctx, actor)
	if err != nil {
		return Document{}, err
	}
	if !slices.Contains(Kinds, kind) {
		return Document{}, errs.Fields{{Name: "kind", Key: "verification.kind_unknown"}}.Err()
	}
	d := Document{ID: ids.New(), ProviderID: own.ID, Kind: kind, UploadedAt: s.config.Clock.Now()}
	if d.MediaType, err = mediaType(content); err != nil {
		return Document{}, onField(err, kind)
	}
	if cleaned, key := text.Clean(name, nameRules); key == "" && cleaned != "" {
		d.Name = cleaned
	} else {
		d.Name = d.FileName()
	}
	ref, err := s.config.Blobs.Put(ctx, salted(content), MaxBytes+saltBytes)
	if errors.Is(err, blob.ErrTooLarge) {
		return Document{}, onField(errs.Wrap(err, errs.TooLarge, "verification.too_large"), kind)
	}
	if err != nil {
		return Document{}, err
	}
	d.sha256, d.Bytes = ref.SHA256, ref.Bytes-saltBytes
	err = s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		if err := begin(ctx, tx, Submission{ProviderID: own.ID, AccountID: actor.ID, ProviderName: own.Name}); err != nil {
			return err
		}
		before, err := hold(ctx, tx, own.ID)
		if err != nil {
			return err
		}
		if err := before.Editable(); err != nil {
			return err
		}
		if old, replaced := before.Document(kind); replaced {
			if err := s.drop(ctx, tx, old); err != nil {
				return err
			}
		}
		if err := insertDocument(ctx, tx, d); err != nil {
			return err
		}
		return s.audit(ctx, tx, actor, "document.uploaded", "document", d.ID)
	})
	if err != nil {
		// Nobody refers to what was kept a moment ago.
		return Document{}, errors.Join(err, s.config.Blobs.Delete(context.WithoutCancel(ctx), ref.SHA256))
	}
	return d, nil
}

// onField says of which document a complaint is.
func onField(err error, kind Kind) error {
	known, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return err
	}
	copied := *known
	copied.Fields = []errs.Field{{Name: string(kind), Key: known.Key, Args: known.Args}}
	return &copied
}

// drop takes a document out, and its content once that is committed.
func (s *Service) drop(ctx context.Context, tx *db.Tx, d Document) error {
	if err := deleteDocument(ctx, tx, d.ID); err != nil {
		return err
	}
	s.deleteLater(ctx, tx, d)
	return nil
}

func (s *Service) deleteLater(ctx context.Context, tx *db.Tx, d Document) {
	tx.AfterCommit(func() {
		if err := s.config.Blobs.Delete(context.WithoutCancel(ctx), d.sha256); err != nil {
			s.config.Logger.WarnContext(ctx, "a document's content stays behind", "document", d.ID, "error", err)
		}
	})
}

// Remove takes back one of the actor's own documents. It returns not_found for others', and conflict as Upload does.
func (s *Service) Remove(ctx context.Context, actor account.Actor, documentID string) error {
	return s.change(ctx, actor, func(tx *db.Tx, submission *Submission) error {
		at := slices.IndexFunc(submission.Documents, func(d Document) bool { return d.ID == documentID })
		if at < 0 {
			return errNotFound
		}
		if err := submission.Editable(); err != nil {
			return err
		}
		if err := s.drop(ctx, tx, submission.Documents[at]); err != nil {
			return err
		}
		return s.audit(ctx, tx, actor, "document.removed", "document", documentID)
	})
}

// Submit hands the actor's documents in to be checked. It returns invalid with the kinds that are missing, and conflict while they are
// being checked or after they were approved.
func (s *Service) Submit(ctx context.Context, actor account.Actor) error {
	own, err := s.own(ctx, actor)
	if err != nil {
		return err
	}
	return s.change(ctx, actor, func(tx *db.Tx, submission *Submission) error {
		submission.ProviderName = own.Name
		if err := submission.submit(tx.Now); err != nil {
			return err
		}
		return s.audit(ctx, tx, actor, "verification.submitted", "provider", submission.ProviderID)
	})
}

// TakeBack makes the actor's documents editable again before anybody has decided on them; else it returns conflict.
func (s *Service) TakeBack(ctx context.Context, actor account.Actor) error {
	return s.change(ctx, actor, func(tx *db.Tx, submission *Submission) error {
		if err := submission.takeBack(); err != nil {
			return err
		}
		return s.audit(ctx, tx, actor, "verification.taken_back", "provider", submission.ProviderID)
	})
}

// change loads the actor's own submission, applies a verb and stores it.
func (s *Service) change(ctx context.Context, actor account.Actor, verb func(*db.Tx, *Submission) error) error {
	own, err := s.own(ctx, actor)
	if err != nil {
		return err
	}
	return s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		if err := begin(ctx, tx, Submission{ProviderID: own.ID, AccountID: actor.ID, ProviderName: own.Name}); err != nil {
			return err
		}
		submission, err := hold(ctx, tx, own.ID)
		if err != nil {
			return err
		}
		if err := verb(tx, &submission); err != nil {
			return err
		}
		if err := save(ctx, tx, submission); err != nil {
			return err
		}
		return s.config.Notifier.Tell(ctx, tx, notify.Notice{Watchers: []string{actor.ID}, Type: changed})
	})
}

// changed is what the provider's open pages are told.
const changed = "verification.changed"

func (s *Service) audit(ctx context.Context, tx *db.Tx, actor account.Actor, action, kind, id string) error {
	return audit.Write(ctx, tx, audit.Entry{ActorID: actor.ID, Action: action, SubjectKind: kind, SubjectID: id})
}

// Page is a part of the submissions that wait. NextCursor is empty on the last one.
type Page struct {
	Items      []Submission // without their documents
	NextCursor string
}

// Waiting lists what has to be checked, the oldest first, for operators alone. It returns invalid with the fields limit and cursor.
func (s *Service) Waiting(ctx context.Context, actor account.Actor, cursorText string, limit int) (Page, error) {
	if err := actor.RequireRole(operators...); err != nil {
		return Page{}, err
	}
	limit, after, err := db.ParsePage(limit, cursorText)
	if err != nil {
		return Page{}, err
	}
	items, err := waiting(ctx, s.config.DB, after, limit+1)
	if err != nil || len(items) <= limit {
		return Page{Items: items}, err
	}
	last := items[limit-1]
	return Page{Items: items[:limit], NextCursor: db.Cursor{At: last.SubmittedAt, ID: last.ProviderID}.String()}, nil
}

// Of is a provider's submission with its documents, for the provider and for operators; to others it is not_found.
func (s *Service) Of(ctx context.Context, actor account.Actor, providerID string) (Submission, error) {
	if err := actor.Require(); err != nil {
		return Submission{}, err
	}
	found, err := find(ctx, s.config.DB, "provider_id = $1", providerID)
	if err != nil {
		return Submission{}, err
	}
	if found.AccountID != actor.ID && actor.RequireRole(operators...) != nil {
		return Submission{}, errNotFound
	}
	return found, nil
}

// Open returns a document with its content, which the caller closes: to the provider who sent it, and to operators, of whose looking
// the audit log keeps a record. To others it is not_found.
func (s *Service) Open(ctx context.Context, actor account.Actor, documentID string) (Document, io.ReadSeekCloser, error) {
	if err := actor.Require(); err != nil {
		return Document{}, nil, err
	}
	if !ids.Valid(documentID) {
		return Document{}, nil, errNotFound
	}
	found, err := documents(ctx, s.config.DB, "id = $1", documentID)
	if err != nil {
		return Document{}, nil, err
	}
	if len(found) == 0 {
		return Document{}, nil, errNotFound
	}
	submission, err := s.Of(ctx, actor, found[0].ProviderID)
	if err != nil {
		return Document{}, nil, err
	}
	if submission.AccountID != actor.ID {
		err := s.config.DB.Tx(ctx, func(tx *db.Tx) error { return s.audit(ctx, tx, actor, "document.opened", "document", documentID) })
		if err != nil {
			return Document{}, nil, err
		}
	}
	content, err := s.config.Blobs.Open(ctx, found[0].sha256)
	if errors.Is(err, blob.ErrNotFound) {
		return Document{}, nil, errs.Wrap(err, errs.Gone, "verification.content_gone")
	}
	if err != nil {
		return Document{}, nil, err
	}
	reader, err := openUnsalted(content)
	return found[0], reader, err
}

// Approve makes a provider a verified one, for operators alone and never for themselves. It returns conflict where nothing waits.
func (s *Service) Approve(ctx context.Context, actor account.Actor, providerID string) error {
	return s.decide(ctx, actor, providerID, Approved, "")
}

var reasonRules = text.Rules{MinRunes: 5, MaxRunes: 500, Multiline: true}

// Reject refuses the documents with a reason that the provider reads, for operators alone. It returns conflict where nothing waits and
// invalid with the field reason.
func (s *Service) Reject(ctx context.Context, actor account.Actor, providerID, reason string) error {
	var fields errs.Fields
	reason = text.Check(&fields, "reason", reason, reasonRules)
	if err := fields.Err(); err != nil {
		return err
	}
	return s.decide(ctx, actor, providerID, Rejected, reason)
}

func (s *Service) decide(ctx context.Context, actor account.Actor, providerID string, status Status, reason string) error {
	if err := actor.RequireRole(operators...); err != nil {
		return err
	}
	return s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		submission, err := hold(ctx, tx, providerID)
		if err != nil {
			return err
		}
		if submission.AccountID == actor.ID {
			return errs.New(errs.Forbidden, "verification.own_documents")
		}
		if err := submission.decide(status, actor.ID, reason, tx.Now); err != nil {
			return err
		}
		if err := save(ctx, tx, submission); err != nil {
			return err
		}
		if err := s.config.Catalog.SetVerified(ctx, tx, providerID, status == Approved); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, actor, "verification."+string(status), "provider", providerID); err != nil {
			return err
		}
		return s.config.Notifier.Tell(ctx, tx, decision(submission))
	})
}

func decision(s Submission) notify.Notice {
	letter := notify.Letter{AccountID: s.AccountID, Template: notify.DocumentsApproved, Args: map[string]notify.Value{}}
	if s.Status == Rejected {
		letter.Template, letter.Args = notify.DocumentsRejected, map[string]notify.Value{"Reason": notify.Words(s.Reason)}
	}
	return notify.Notice{Watchers: []string{s.AccountID}, Type: changed, Letters: []notify.Letter{letter}}
}

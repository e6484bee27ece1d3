package payment

import (
	"context"

	"khadamat/internal/platform/job"
)

// Work works a job of the service, for tests that decide when.
func (s *Service) Work(ctx context.Context, args job.Args) error {
	switch args := args.(type) {
	case actJob:
		return s.act(ctx, args.PaymentID)
	case sweepJob:
		return s.Sweep(ctx)
	}
	return nil
}

// Act has the processor do what a payment needs, as the job does.
func (s *Service) Act(ctx context.Context, id string) error { return s.act(ctx, id) }

package prove

import (
	"context"
	"fmt"
	"sync"
)

// job tries one implementation, and returns its name and whether the verdict was
// right.
type job func(ctx context.Context) (name string, ok bool, err error)

// runAll runs the jobs, several at once, up to the first error.
func runAll(ctx context.Context, jobs []job, parallel int, progress func(Progress)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	queue := make(chan job)
	var group sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for range parallel {
		group.Go(func() {
			for j := range queue {
				name, ok, err := j(ctx)
				mu.Lock()
				if err != nil {
					cancel(fmt.Errorf("%s: %w", name, err))
				} else {
					done++
					progress(Progress{Done: done, Total: len(jobs), Name: name, OK: ok})
				}
				mu.Unlock()
			}
		})
	}
	for _, j := range jobs {
		select {
		case queue <- j:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(queue)
	group.Wait()
	return context.Cause(ctx)
}

// Command bare responds with a constant.
package main

import (
	"context"

	"github.com/meridian-api/meridian/infra/bench/packages/internal/bare"
)

func main() { bare.Start(func(context.Context) error { return nil }) }

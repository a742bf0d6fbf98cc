// Package deploy rolls an environment out: stack by stack with Terraform, Region
// by Region, with checks after each and a way back.
//
// What to do follows from what exists as well as from what is wanted: Order
// returns the steps, and a run carries them out, several at a time where the
// order allows it. What runs where is recorded next to the environment's states
// (package release), so any machine can report it, go on after an interruption,
// or take a Region back to the release it had before.
package deploy

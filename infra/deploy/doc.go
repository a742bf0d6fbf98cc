// Package deploy rolls an environment out: stack by stack with Terraform, Region
// by Region, with checks after each and a way back.
//
// What to do follows from what exists as well as from what is wanted: Order
// returns the steps, and a run carries them out, several at a time where the
// order allows it. What runs where is recorded next to the environment's states
// (package release), so any machine can report it, go on after an interruption,
// or take a Region back to the release it had before.
//
// The targets are in a magefile of their own, because they link the clients of S3,
// Lambda and Route 53: 146 of the 548 packages that a first start of mage would compile
// for every other target. The root's targets of the same names are replaced by them as a
// process (package targets), so that an interrupt reaches the deployment alone.
package deploy

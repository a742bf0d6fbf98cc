// Package deploy rolls an environment out: stack by stack with Terraform, Region
// by Region, with checks after each and a way back.
//
// What to do follows from what exists as well as from what is wanted: Order
// returns the steps, and a run carries them out, several at a time where the
// order allows it. What runs where is recorded next to the environment's states
// (package release), so any machine can report it, go on after an interruption,
// or take a Region back to the release it had before.
//
// Mage links the package, and with it the clients of S3, Lambda and Route 53: 146 of
// the 548 packages that a first start of mage compiles, and 30 % of their source. A
// command of its own would spare the users of other targets that, but it would put the
// go command between the terminal and the deployment, and one Ctrl-C, the process that
// the lock names, and the end by a kill would no longer be the deployment's.
package deploy

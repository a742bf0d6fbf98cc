// Package edge stands in for Route 53 in the local cloud: latency routing with health checks and failover, in front of the
// Regions' API gateways.
//
// Route 53 answers a name with the address of the Region for which it has measured the lowest latency from the client's
// network, leaving out Regions whose health check fails
// (https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-latency.html). Nothing can be measured
// between processes of one machine, so here great-circle distance stands in for latency, from the place that the client
// claims in the header X-Client-Location. The two mostly agree and can differ where cables do not follow the map.
//
// Being no DNS, the edge is in the way of every request: it is a reverse proxy with no path of its own. It does not
// change what passes, but for the forwarding headers and for X-Edge-Region in the response, which names the Region that
// answered. Two things are faster than the real ones, where clients keep an answer for its time to live: a change of
// health applies to the next request, and a request that finds its Region dead counts as a failed check.
package edge

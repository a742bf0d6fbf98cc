output "api_id" {
  description = "The REST API's id."
  value       = aws_api_gateway_rest_api.api.id
}

output "url" {
  description = "The API at this Region, wherever you ask from."
  value       = "https://${local.hosts.region}"
}

output "health_check_id" {
  description = "The health check that decides whether DNS names this Region."
  value       = aws_route53_health_check.region.id
}

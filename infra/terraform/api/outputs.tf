output "api_id" {
  description = "The REST API's id."
  value       = aws_api_gateway_rest_api.api.id
}

output "default_endpoint" {
  description = "The stage's execute-api endpoint, which the document disables."
  value       = aws_api_gateway_stage.api.invoke_url
}

output "url" {
  description = "The API in this Region, wherever the client is."
  value       = "https://${local.hosts.region}"
}

output "health_check_id" {
  description = "The health check that decides whether DNS returns this Region."
  value       = one(aws_route53_health_check.region[*].id)
}

locals {
  # A line for each request. Only the address identifies a person: there is no token, no
  # query and no body.
  access_log = {
    requestId          = "$context.requestId"
    extendedRequestId  = "$context.extendedRequestId"
    traceId            = "$context.xrayTraceId"
    time               = "$context.requestTimeEpoch"
    address            = "$context.identity.sourceIp"
    userAgent          = "$context.identity.userAgent"
    domain             = "$context.domainName"
    method             = "$context.httpMethod"
    route              = "$context.resourcePath"
    operation          = "$context.operationName"
    status             = "$context.status"
    errorType          = "$context.error.responseType"
    error              = "$context.error.message"
    validationError    = "$context.error.validationErrorString"
    authorizerError    = "$context.authorizer.error"
    integrationError   = "$context.integration.error"
    integrationStatus  = "$context.integration.status"
    latency            = "$context.responseLatency"
    integrationLatency = "$context.integration.latency"
    responseLength     = "$context.responseLength"
    firewall           = "$context.waf.status"
  }
}

resource "aws_cloudwatch_log_group" "access" {
  region = var.region

  name              = "/aws/apigateway/${var.environment}/access"
  retention_in_days = local.settings.logs.retentionDays
  kms_key_id        = one(data.aws_kms_alias.environment[*].target_key_arn)
}

# API Gateway chooses the name.
resource "aws_cloudwatch_log_group" "execution" {
  region = var.region

  name              = "API-Gateway-Execution-Logs_${aws_api_gateway_rest_api.api.id}/${local.stage}"
  retention_in_days = local.settings.logs.retentionDays
  kms_key_id        = one(data.aws_kms_alias.environment[*].target_key_arn)
}

# WAF accepts only log groups with this prefix.
resource "aws_cloudwatch_log_group" "firewall" {
  count  = local.full
  region = var.region

  name              = "aws-waf-logs-${var.environment}"
  retention_in_days = local.settings.logs.retentionDays
  kms_key_id        = one(data.aws_kms_alias.environment[*].target_key_arn)
}

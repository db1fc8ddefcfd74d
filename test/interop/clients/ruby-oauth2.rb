# Reads one exchange a line (JSON), answers one outcome a line.
require 'json'
require 'oauth2'

def exchange(wanted)
  client = OAuth2::Client.new(
    wanted['clientId'], wanted['clientSecret'],
    site: wanted['url'], token_url: "#{wanted['url']}/token",
    auth_scheme: wanted['way'] == 'basic' ? :basic_auth : :request_body
  )
  params = wanted.key?('scope') ? { 'scope' => wanted['scope'] } : {}
  token = client.password.get_token(wanted['username'], wanted['password'], params)
  outcome = { accessToken: token.token, scope: token.params['scope'] }
  outcome[:refreshedAccessToken] = token.refresh!.token if wanted['refresh']
  outcome
rescue OAuth2::Error => e
  { error: e.code }
end

$stdout.sync = true
$stdin.each_line { |line| puts JSON.generate(exchange(JSON.parse(line))) }

# Reads one exchange a line (JSON), answers one outcome a line.
use strict;
use warnings;
use JSON;
use LWP::Authen::OAuth2;

$| = 1;
my $json = JSON->new->utf8->canonical;

while (my $line = <STDIN>) {
    print $json->encode(exchange($json->decode($line))), "\n";
}

sub exchange {
    my ($wanted) = @_;
    my $failure;
    my $oauth2 = LWP::Authen::OAuth2->new(
        client_id              => $wanted->{clientId},
        client_secret          => $wanted->{clientSecret},
        authorization_endpoint => "$wanted->{url}/authorize",
        token_endpoint         => "$wanted->{url}/token",
        is_strict              => 0,
        error_handler          => sub { $failure = shift },
    );
    # It insists on a code, so there is an empty one.
    $oauth2->request_tokens(
        grant_type => 'password', code => '', username => $wanted->{username}, password => $wanted->{password},
        (defined $wanted->{scope} ? (scope => $wanted->{scope}) : ()),
    );
    return failed($failure) if defined $failure;
    my $token = decode_json($oauth2->token_string);
    my $outcome = { accessToken => $token->{access_token}, scope => $token->{scope} };
    if ($wanted->{refresh}) {
        $oauth2->refresh_access_token;
        return failed($failure) if defined $failure;
        $outcome->{refreshedAccessToken} = decode_json($oauth2->token_string)->{access_token};
    }
    return $outcome;
}

sub failed {
    my ($code) = $_[0] =~ /^OAuth2 error: (\S+)/;
    return { error => $code // $_[0] };
}

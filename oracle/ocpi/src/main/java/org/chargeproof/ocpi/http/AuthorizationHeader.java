package org.chargeproof.ocpi.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The header {@code Authorization: Token BASE64}. */
final class AuthorizationHeader {
    static final String NAME = "Authorization";

    private static final Pattern FORM = Pattern.compile("(?i:token) +([!-~]{1,512})");
    private static final Pattern TOKEN = Pattern.compile("[!-~]{1,64}");

    private AuthorizationHeader() {}

    static String of(String token) {
        return "Token " + encoded(token);
    }

    private static String encoded(String token) {
        return Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.UTF_8));
    }

    /** A text in which a token is not to be read: peers may repeat what they were sent. */
    static String without(String token, String text) {
        return text.replace(token, "(token)").replace(encoded(token), "(token)");
    }

    /**
     * What the token may be: decoded, as 2.2.1 wants it, and as it stands, as many write it. One of them may be a partner's; none is
     * shorter than what partners are given.
     */
    static List<String> candidates(@Nullable String header) {
        var form = FORM.matcher(header == null ? "" : header);
        List<String> candidates = new ArrayList<>();
        if (form.matches()) {
            String shown = form.group(1);
            try {
                // the specification's own example encodes a line break at the end
                String decoded = new String(Base64.getDecoder().decode(shown), StandardCharsets.UTF_8).strip();
                candidates.add(decoded);
            } catch (IllegalArgumentException e) {
                // not encoded, then
            }
            candidates.add(shown);
        }
        candidates.removeIf(token -> !TOKEN.matcher(token).matches());
        return candidates;
    }
}

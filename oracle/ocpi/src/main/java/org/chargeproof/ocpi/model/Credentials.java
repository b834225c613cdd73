package org.chargeproof.ocpi.model;

import java.util.List;
import org.chargeproof.ocpi.json.NonEmpty;
import org.chargeproof.ocpi.json.Text;
import org.chargeproof.ocpi.json.Url;

/** How another platform is to call this one: token, address of the versions, and the parties it acts for. */
public record Credentials(
        @Text(64) String token, @Url String url, @NonEmpty List<CredentialsRole> roles) {
    /** The same lists, unchangeable. */
    public Credentials {
        roles = List.copyOf(roles);
    }
}

package org.chargeproof.ocpi.cdrs;

import org.chargeproof.ocpi.http.Page;

/** Has CDRs. */
public interface CdrSource {
    /** The CDRs that a partner may know, oldest first, by the time of their last change. */
    Page<Told> page(String partner, Page.Filter filter);
}

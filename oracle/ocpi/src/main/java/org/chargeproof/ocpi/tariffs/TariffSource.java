package org.chargeproof.ocpi.tariffs;

import org.chargeproof.ocpi.http.Page;
import org.chargeproof.ocpi.model.Tariff;

/** Has tariffs. */
public interface TariffSource {
    /** The tariffs that a partner may know, oldest first, by the time of their last change. */
    Page<Tariff> page(String partner, Page.Filter filter);
}

/** What TeaVM's class library lacks of {@code java.security}: it takes {@code TName} in this package for {@code java.security.Name}. */
@NullMarked
package org.teavm.classlib.java.security;

import org.jspecify.annotations.NullMarked;

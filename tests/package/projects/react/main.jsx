import "pocket-classifier/element";
import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";

function Mood({ src }) {
  const [answer, setAnswer] = useState(null);
  const [failure, setFailure] = useState(null);
  return (
    <>
      <text-classifier
        src={src}
        label="Your text"
        top={2}
        onresult={({ detail }) => setAnswer(detail)}
        onerror={({ detail }) => setFailure(detail)}
      />
      <output data-text={answer?.text}>{failure ? failure.code : answer?.label}</output>
    </>
  );
}

const src = new URLSearchParams(location.search).get("src") ?? "model/bundle.json";
createRoot(document.querySelector("#root")).render(
  <StrictMode>
    <Mood src={src} />
  </StrictMode>,
);

// Facts and contacts in the CMS. In rich text: a chooser, and a mark that is deleted as a whole. In plain texts: a
// button that puts the key into the text. Only the key is stored; what it says is read whenever the text is shown.
const { React, DraftJS, draftail } = window;

const chooser = { onload: window.CHOOSER_MODAL_ONLOAD_HANDLERS, urlParams: {} };

class QuoteSource extends draftail.ModalWorkflowSource {
  getChooserConfig() {
    const { chooser: url } = this.props.entityType.chooserUrls;
    return { ...chooser, url, responses: { chosen: this.onChosen } };
  }

  filterEntityData({ key }) {
    return { key };
  }

  onChosen(data) {
    const { editorState, entityType, onComplete } = this.props;
    const content = editorState
      .getCurrentContent()
      .createEntity(entityType.type, "IMMUTABLE", this.filterEntityData(data));
    const entity = content.getLastCreatedEntityKey();
    const selection = editorState.getSelection();
    const replaced = DraftJS.Modifier.replaceText(content, selection, data.words, null, entity);
    this.workflow.close();
    onComplete(DraftJS.EditorState.push(editorState, replaced, "insert-characters"));
  }
}

const Quote = (props) => {
  const { key } = props.contentState.getEntity(props.entityKey).getData();
  return React.createElement(draftail.TooltipEntity, { ...props, icon: props.icon || "info-circle", label: key });
};

for (const type of ["FACT", "CONTACT"]) {
  draftail.registerPlugin({ type, source: QuoteSource, decorator: Quote }, "entityTypes");
}
